"""How a class did, question by question: what it found hard, and what tells its members apart."""
