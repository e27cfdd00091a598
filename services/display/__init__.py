"""Boards and walls: keeps the newest state of every board and pushes it to the screens."""
