/// A table whose values stand in a text: `static:`, `inline:`, `texthash:`. With `postmap -F` they name files.
public protocol TextTable: LookupTable {}
