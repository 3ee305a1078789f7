# Counts words, the most common ones first.
text = """
the quick brown fox jumps over the lazy dog
and the dog does not mind the fox
"""

counts = {}
for word in text.split():
    counts[word] = counts.get(word, 0) + 1

for word in sorted(counts, key=lambda word: -counts[word])[:4]:
    print(word + ":", "#" * counts[word])
