# Run it as it is: the error comes first, then the way to it.
def average(numbers):
    return sum(numbers) / len(numbers)

def report(classes):
    for name in sorted(classes):
        print(name, average(classes[name]))

report({"A": [1, 2, 3], "B": []})
