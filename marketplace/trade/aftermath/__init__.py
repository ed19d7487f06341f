"""What follows a lot: a buyer in default, talks below a reserve, an annulment, the next round."""
