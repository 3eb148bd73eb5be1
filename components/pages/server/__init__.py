"""How the server itself is doing: what it holds, may hold, runs and is made of."""
