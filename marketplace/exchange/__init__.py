"""交流 exchange: demands and answers, questions, people, events."""
