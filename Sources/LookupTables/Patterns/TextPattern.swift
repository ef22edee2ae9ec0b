/// A regular expression, compiled: POSIX (`regexp:`) or Perl's (`pcre:`).
protocol TextPattern: Sendable {
    /// The kind of table, `regexp`.
    static var type: String { get }
    /// What the kind does in its own way.
    static var dialect: PatternDialect { get }

    /// - Parameters:
    ///   - text: what stands between the delimiters.
    ///   - flags: the letters behind the second one.
    init(_ text: ArraySlice<UInt8>, flags: ArraySlice<UInt8>) throws(PatternMistake)

    /// How many groups `( … )` it has.
    var groupCount: Int { get }

    /// - Parameters:
    ///   - groups: so many groups are wanted, counted from the left.
    ///   - effort: how much work may be done.
    /// - Returns: nil where it does not match; else where each group stands in the key, nil for one that took no part.
    func match(_ key: UnsafeBufferPointer<UInt8>, groups: Int, effort: MatchEffort) throws(MatchTrouble)
        -> [Range<Int>?]?
}

/// Where the two kinds differ in what a line may say, and in Postfix's words about it.
struct PatternDialect: Sendable {
    /// The letters that may stand behind a pattern.
    let flags: Set<UInt8>
    /// Those of them that have lost their meaning.
    let obsoleteFlags: Set<UInt8>
    /// `/yes/!/no/`: a second pattern that must (not) match either. Postfix takes it, and documents it no more.
    let hasSecondPattern: Bool
    /// What becomes of a line whose pattern does not end.
    let unclosed: String
    /// What is said of `$0`.
    let outOfRange: String
}

/// Why a pattern does not compile, in the library's words.
struct PatternMistake: Error {
    let description: String
}

/// How long matching may go on: a hostile key must not hold up anybody else's mail.
enum MatchEffort: Sendable {
    /// A few milliseconds at most, so it may run where other mail waits.
    case brief
    /// As much as Postfix allows; only for threads that nobody else needs.
    case patient
}

enum MatchTrouble: Error {
    /// It would take more than brief effort.
    case needsPatience
    /// It took too much, or the library could not go on: why.
    case failed(String)
}
