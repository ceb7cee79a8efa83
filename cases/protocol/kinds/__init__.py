"""What a protocol can name: deadlines, records, texts, parts of people, rights, kinds of files and documents. A rule file each."""
