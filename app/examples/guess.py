# The program asks, and waits for you. Enter sends, Ctrl+D ends the input.
import random

secret = random.randint(1, 20)
print("I think of a number from 1 to 20.")

guess = None
while guess != secret:
    guess = int(input("Your guess: "))
    if guess < secret:
        print("It is larger.")
    elif guess > secret:
        print("It is smaller.")

print("Yes!", secret)
