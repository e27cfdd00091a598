"""The device edge: reads MQTT while there is room, decides, stores, and only then acknowledges."""
