# Change something and press Run, or Ctrl+Enter.
def primes(limit):
    found = []
    for number in range(2, limit):
        if all(number % prime for prime in found):
            found.append(number)
    return found

print("Primes below 50:")
print(*primes(50))
