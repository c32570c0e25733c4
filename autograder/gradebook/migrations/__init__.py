"""How the tables of a gradebook became what they are; Alembic runs it."""
