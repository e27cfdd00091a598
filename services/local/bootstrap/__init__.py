"""From a bare machine to one that can run the stack; standard library only, as nothing is installed yet."""
