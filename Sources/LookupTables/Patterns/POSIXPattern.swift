import Glibc
import PostfixConfig
import Synchronization

/// A regular expression as regex(7) has it, matched by the C library, byte by byte.
///
/// regexec(3) can be given no limit and cannot be stopped, so what bounds it is what it is asked. Without
/// back-references the C library walks through the key with sets of states: at worst the square of the key's
/// length times the size of the expression, some milliseconds for what counts as brief here. With a back-reference
/// (`(a*)\1`) it tries every way, which can take for ever; that, long keys, and expressions that repeat themselves
/// into something huge are for ``MatchEffort/patient``, whose threads nobody else needs.
struct POSIXPattern: TextPattern {
    static let type = "regexp"
    static let dialect = PatternDialect(
        flags: Set("imx".utf8), obsoleteFlags: [], hasSecondPattern: true, unclosed: "skipping this rule",
        outOfRange: "out-of-range")

    private let text: [UInt8]
    private let flags: Int32
    private let isBrief: Bool
    private let programs: Programs
    let groupCount: Int

    /// Keys that are longer are no addresses: RFC 5321 §4.5.3.1 allows 256 bytes.
    private static let longestBriefKey = 1024

    init(_ text: ArraySlice<UInt8>, flags letters: ArraySlice<UInt8>) throws(PatternMistake) {
        var flags = REG_EXTENDED | REG_ICASE
        for letter in letters {
            switch letter {
            case UInt8(ascii: "i"): flags ^= REG_ICASE
            case UInt8(ascii: "m"): flags ^= REG_NEWLINE
            default: flags ^= REG_EXTENDED
            }
        }
        self.text = Array(text.prefix { $0 != 0 })
        self.flags = flags
        isBrief = Self.isBrief(self.text)
        let program = try Program(self.text, flags)
        groupCount = program.groupCount
        programs = Programs(program)
    }

    func match(
        _ key: UnsafeBufferPointer<UInt8>, groups: Int, effort: MatchEffort
    ) throws(MatchTrouble) -> [Range<Int>?]? {
        if effort == .brief, !isBrief || key.count > Self.longestBriefKey { throw .needsPatience }
        let program: Program
        do throws(PatternMistake) {
            if let idle = programs.take() { program = idle } else { program = try Program(text, flags) }
        } catch {
            throw .failed(error.description)
        }
        defer { programs.give(program) }
        return try program.match(key, groups: groups)
    }

    /// No back-reference, and not huge: each repetition `{3,20}` multiplies what stands before it.
    private static func isBrief(_ text: [UInt8]) -> Bool {
        var size = text.count
        var number = 0
        var previous: UInt8 = 0
        for byte in text {
            let isDigit = (0x30...0x39).contains(byte)
            if isDigit, byte != 0x30, previous == UInt8(ascii: "\\") { return false }
            if isDigit {
                number = min(number * 10 + Int(byte - 0x30), 1 << 16)
            } else {
                if byte == UInt8(ascii: "}") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\\") {
                    size *= max(1, number)
                }
                number = 0
            }
            if size > 4096 { return false }
            previous = byte
        }
        return true
    }
}

extension POSIXPattern {
    /// Compiled copies that nobody uses right now. The C library lets one thread at a time into a copy, and a
    /// hostile key may keep one for long.
    private final class Programs: Sendable {
        private let idle: Mutex<[Program]>

        init(_ first: Program) {
            idle = Mutex([first])
        }

        func take() -> Program? { idle.withLock { $0.popLast() } }

        func give(_ program: Program) { idle.withLock { $0.append(program) } }
    }

    /// `@unchecked Sendable`: regexec(3) takes a lock of its own, and nothing is changed after regcomp(3).
    private final class Program: @unchecked Sendable {
        private let regex: UnsafeMutablePointer<regex_t>

        init(_ text: [UInt8], _ flags: Int32) throws(PatternMistake) {
            regex = .allocate(capacity: 1)
            regex.initialize(to: regex_t())
            let code = (text + [0]).withUnsafeBytes {
                regcomp(regex, $0.baseAddress?.assumingMemoryBound(to: CChar.self), flags)
            }
            guard code == 0 else {
                var message = [CChar](repeating: 0, count: 256)
                regerror(code, regex, &message, message.count)
                // What is left is freed by deinit, as after success.
                throw PatternMistake(
                    description: String(
                        decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
            }
        }

        deinit {
            regfree(regex)
            regex.deallocate()
        }

        var groupCount: Int { regex.pointee.re_nsub }

        func match(_ key: UnsafeBufferPointer<UInt8>, groups: Int) throws(MatchTrouble) -> [Range<Int>?]? {
            // The key ends where REG_STARTEND says, so that no copy with a zero at its end is needed.
            let code: Int32
            var found: [Range<Int>?] = []
            if groups == 0 {
                var bounds = regmatch_t(rm_so: 0, rm_eo: regoff_t(key.count))
                code = Self.execute(regex, key, 0, &bounds)
            } else {
                var matches = [regmatch_t](repeating: regmatch_t(), count: groups + 1)
                matches[0] = regmatch_t(rm_so: 0, rm_eo: regoff_t(key.count))
                code = Self.execute(regex, key, matches.count, &matches)
                if code == 0 {
                    found = matches.dropFirst().map {
                        $0.rm_so < 0 ? nil : Int($0.rm_so)..<max(Int($0.rm_so), Int($0.rm_eo))
                    }
                }
            }
            switch code {
            case 0: return found
            case Int32(_REG_NOMATCH.rawValue): return nil
            default: throw .failed("the C library ran out of memory")
            }
        }

        private static func execute(
            _ regex: UnsafeMutablePointer<regex_t>, _ key: UnsafeBufferPointer<UInt8>, _ count: Int,
            _ matches: UnsafeMutablePointer<regmatch_t>
        ) -> Int32 {
            key.withMemoryRebound(to: CChar.self) { key in
                withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1) { empty in
                    empty[0] = 0
                    return regexec(
                        regex, key.baseAddress ?? UnsafePointer(empty.baseAddress), count, matches,
                        REG_STARTEND)
                }
            }
        }
    }
}
