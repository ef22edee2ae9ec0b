import PostfixConfig

/// What a pipe(8) service of master.cf does:
///
///     dovecot unix - n n - - pipe
///       flags=DRhu user=vmail:vmail argv=/usr/lib/dovecot/dovecot-lda -f ${sender} -d ${recipient}
struct PipeSpecification: Hashable, Sendable {
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    enum Flag: Character, CaseIterable {
        case blankLine = "B"
        case deliveredTo = "D"
        case fromLine = "F"
        case originalRecipient = "O"
        case returnPath = "R"
        /// Success is reported as final; nothing here depends on it.
        case final = "X"
        case foldDomains = "h"
        case quoteAddresses = "q"
        case foldLocalParts = "u"
        case stuffDots = "."
        case quoteFrom = ">"
    }

    private(set) var flags: Set<Flag> = []
    private(set) var user = ""
    /// Nil: the user's own.
    private(set) var group: String?
    /// The program and its arguments, with macros.
    private(set) var arguments: [String] = []
    /// In bytes; 0 is no limit.
    private(set) var sizeLimit = 0
    /// What stands for the sender of a report.
    private(set) var nullSender = "MAILER-DAEMON"
    private(set) var lineEnd: [UInt8] = [10]
    /// Nil: the queue's.
    private(set) var directory: String?

    /// - Parameter words: of master.cf, after the program's options.
    init(_ words: [String]) throws(Mistake) {
        for (index, word) in words.enumerated() {
            guard let equals = word.firstIndex(of: "=") else {
                throw Mistake(description: "unknown attribute: \(word)")
            }
            let value = String(word[word.index(after: equals)...])
            if word[..<equals] == "argv" {
                arguments = [value] + words[(index + 1)...]
                break
            }
            try set(String(word[..<equals]), value)
        }
        if arguments.first?.isEmpty == true { arguments.removeFirst() }
        guard !arguments.isEmpty else { throw Mistake(description: "missing argv= attribute") }
        guard !user.isEmpty else { throw Mistake(description: "missing user= attribute") }
        for argument in arguments { _ = try PipeArgument(argument) }
    }

    private mutating func set(_ name: String, _ value: String) throws(Mistake) {
        switch name {
        case "flags":
            for character in value {
                guard let flag = Flag(rawValue: character) else {
                    throw Mistake(description: "unknown flag: \(character)")
                }
                flags.insert(flag)
            }
        case "user":
            let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = String(parts[0])
            if parts.count > 1 { group = String(parts[1]) }
        case "size":
            guard let number = Int(value), number >= 0 else {
                throw Mistake(description: "bad size= value: \(value)")
            }
            sizeLimit = number
        case "null_sender": nullSender = value
        case "eol": lineEnd = Self.unescaped(value)
        case "directory": directory = value
        case "chroot":
            throw Mistake(
                description:
                    "chroot=\(value): Martlet runs no command in a changed root directory; leave it out")
        default: throw Mistake(description: "unknown attribute: \(name)")
        }
    }

    /// `\r\n`, `\012`: what C makes of backslashes.
    private static func unescaped(_ text: String) -> [UInt8] {
        let named: [UInt8: UInt8] = [
            UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10,
            UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11,
        ]
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escaped = rest.first else {
                result.append(byte)
                continue
            }
            let digits = rest.prefix(3).prefix { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }
            if digits.isEmpty {
                result.append(named[escaped] ?? escaped)
                rest = rest.dropFirst()
            } else {
                let number = digits.reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) }
                result.append(UInt8(truncatingIfNeeded: number))
                rest = rest.dropFirst(digits.count)
            }
        }
        return result
    }

    /// What would make the flags mean nothing for a message with several recipients.
    func mistake(_ service: String, _ configuration: Configuration) -> Mistake? {
        guard configuration.destinationRecipientLimit(transport: service) != 1 else { return nil }
        let single = [Flag.deliveredTo, .originalRecipient].first(where: flags.contains)
        return single.map {
            Mistake(
                description: "pipe flag `\($0.rawValue)' requires \(service)_destination_recipient_limit = 1")
        }
    }
}
