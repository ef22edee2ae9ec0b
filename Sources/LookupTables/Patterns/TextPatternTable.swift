import Logging
import PostfixConfig

/// `regexp:/etc/postfix/access.regexp`, `pcre:/etc/postfix/access.pcre`: the first rule that matches decides.
///
/// Whole addresses only, since a pattern decides itself which part of a key it looks at.
struct TextPatternTable<Pattern: TextPattern>: ByteTable {
    let name: String
    let source: PatternSource<TextRules<Pattern>>
    private let threads = PatientThreads()

    init(name: String, source: PatternSource<TextRules<Pattern>>) {
        self.name = name
        self.source = source
    }

    var keys: LookupKeys { .whole }
    var asksServer: Bool { false }

    func lookup(_ key: String, observer: (any LookupObserver)?) async throws(LookupFailure) -> String? {
        observer?.asked(statement: key, host: "", duration: .zero)
        guard let result = try await lookup(bytes: Array(key.utf8)) else { return nil }
        guard let text = String(validating: result, as: UTF8.self) else {
            throw LookupFailure(
                table: name, cause: .result,
                reason: "key \"\(key)\": non-UTF-8 value \"\(String(decoding: result, as: UTF8.self))\": "
                    + "malformed UTF-8 or invalid codepoint")
        }
        return text
    }

    /// On the caller's thread while that takes little, else on threads that nobody else needs.
    func lookup(bytes key: [UInt8]) async throws(LookupFailure) -> [UInt8]? {
        let rules = try source.current(name)
        do throws(TroubleAtLine) {
            return try Self.result(for: key, in: rules, effort: .brief).get()
        } catch {
            guard case .needsPatience = error.trouble else { throw failure(error) }
        }
        let answer = await threads.run { Self.result(for: key, in: rules, effort: .patient) }
        guard let answer else {
            throw LookupFailure(
                table: name, cause: .result,
                reason:
                    "matching a key of \(key.count) bytes takes too long; make the expressions simpler: no "
                    + "repetition of a repetition, and back-references in pcre: tables, which have limits, only"
            )
        }
        do throws(TroubleAtLine) {
            return try answer.get()
        } catch {
            throw failure(error)
        }
    }

    private static func result(
        for key: [UInt8], in rules: TextRules<Pattern>, effort: MatchEffort
    ) -> Result<[UInt8]?, TroubleAtLine> {
        key.withUnsafeBufferPointer { bytes in
            do throws(TroubleAtLine) {
                return .success(try rules.result(for: bytes, effort: effort))
            } catch {
                return .failure(error)
            }
        }
    }

    private func failure(_ trouble: TroubleAtLine) -> LookupFailure {
        let reason =
            switch trouble.trouble {
            case .needsPatience: "too much to match"
            case .failed(let reason): reason
            }
        return LookupFailure(
            table: name, cause: .result,
            reason:
                "line \(trouble.line): \(reason); make the expression simpler: no repetition of a repetition")
    }
}

struct TextPatternDriver<Pattern: TextPattern>: TableDriver {
    var type: String { Pattern.type }

    func open(_ name: String, for opener: TableOpener) throws(TableError) -> any LookupTable {
        let (logger, allowsSubstitution) = (opener.logger, opener.allowsSubstitution)
        let source = try PatternSource(type: type, name: name, logger: logger) {
            TextRules<Pattern>($0, name: name, allowsSubstitution: allowsSubstitution) {
                logger.warning("\($0)")
            }
        }
        return TextPatternTable(name: "\(type):\(name)", source: source)
    }
}
