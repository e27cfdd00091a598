"""Tests of Hải Đăng."""
