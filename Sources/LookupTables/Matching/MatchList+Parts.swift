extension MatchList {
    /// An element of a list, for those who want to know all that may be in it.
    package enum Part: Sendable {
        /// In lower case; with a `!` in front in main.cf where `says` is false.
        case name(String, says: Bool)
        case table(TableList, says: Bool)
        /// A file that cannot be read.
        case unreadable(LookupFailure)
    }

    package var parts: [Part] {
        elements.map { element in
            switch element.pattern {
            case .word(let word): .name(word, says: element.says)
            case .table(let list): .table(list, says: element.says)
            case .unreadable(let failure): .unreadable(failure)
            }
        }
    }

    /// Whether names of parent domains match.
    package var matchesSubdomains: Bool { subdomains != .never }
}
