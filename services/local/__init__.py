"""The whole stack on one machine: brokers and database as private child processes."""
