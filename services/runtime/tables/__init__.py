"""Tables that people and systems hand in: CSV, JSON, XLSX as rows, whatever their size; and templates.

README.md beside this file says what is read, the limits, and every key of a mapping.
"""
