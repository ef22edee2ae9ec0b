import CPCRE2

/// A regular expression as pcre2pattern(3) has it, matched byte by byte (Postfix does not turn on the library's UTF
/// mode), compiled to machine code where the machine allows that.
///
/// Backtracking is bounded by the library's own limits. What brief effort cannot settle is tried again with as many
/// steps as Postfix allows, where nobody waits for the thread.
struct PerlPattern: TextPattern {
    static let type = "pcre"
    static let dialect = PatternDialect(
        flags: Set("imsxAEUX".utf8), obsoleteFlags: Set("X".utf8), hasSecondPattern: false,
        unclosed: "ignoring this rule",
        outOfRange: "out of range")

    private let code: Code
    let groupCount: Int

    init(_ text: ArraySlice<UInt8>, flags: ArraySlice<UInt8>) throws(PatternMistake) {
        var options = PCRE2_CASELESS | PCRE2_DOTALL
        for flag in flags {
            switch flag {
            case UInt8(ascii: "i"): options ^= PCRE2_CASELESS
            case UInt8(ascii: "m"): options ^= PCRE2_MULTILINE
            case UInt8(ascii: "s"): options ^= PCRE2_DOTALL
            case UInt8(ascii: "x"): options ^= PCRE2_EXTENDED
            case UInt8(ascii: "A"): options ^= PCRE2_ANCHORED
            case UInt8(ascii: "E"): options ^= PCRE2_DOLLAR_ENDONLY
            case UInt8(ascii: "U"): options ^= PCRE2_UNGREEDY
            // PCRE2 always refuses what X made an error: pcre_table(5).
            default: break
            }
        }
        code = try Code(Array(text), options)
        var count: UInt32 = 0
        pcre2_pattern_info_8(code.pointer, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        groupCount = Int(count)
    }

    func match(
        _ key: UnsafeBufferPointer<UInt8>, groups: Int, effort: MatchEffort
    ) throws(MatchTrouble) -> [Range<Int>?]? {
        guard let data = pcre2_match_data_create_8(UInt32(groups + 1), nil),
            let limits = effort == .brief ? Self.brief : Self.patient
        else { throw .failed("out of memory") }
        defer { pcre2_match_data_free_8(data) }
        let options = effort == .brief ? 0 : PCRE2_NO_JIT
        let result = pcre2_match_8(
            code.pointer, key.baseAddress, key.count, 0, options, data, limits.pointer)
        switch result {
        case PCRE2_ERROR_NOMATCH: return nil
        case 0...: break
        case _ where effort == .brief: throw .needsPatience
        default: throw .failed(Self.message(result))
        }
        guard groups > 0, let positions = pcre2_get_ovector_pointer_8(data) else { return [] }
        return (1...groups).map { group in
            let (start, end) = (positions[2 * group], positions[2 * group + 1])
            // PCRE2_UNSET, the highest number of C's size_t, is below zero here.
            return start < 0 ? nil : start..<max(start, end)
        }
    }

    private static func message(_ code: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 256)
        pcre2_get_error_message_8(code, &text, text.count)
        return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
}

extension PerlPattern {
    /// Some milliseconds.
    private static let brief = Limits(steps: 50_000, memory: 1024)
    /// The library's own number of steps, which is what Postfix has; less than a second. The memory is less than the
    /// library's 20 GB.
    private static let patient = Limits(steps: 10_000_000, memory: 64 * 1024)

    /// `@unchecked Sendable`: pcre2api(3), "MULTITHREADING": a match context is only read while matching.
    private final class Limits: @unchecked Sendable {
        let pointer: OpaquePointer

        /// - Parameter memory: in KiB.
        init?(steps: UInt32, memory: UInt32) {
            guard let pointer = pcre2_match_context_create_8(nil) else { return nil }
            self.pointer = pointer
            pcre2_set_match_limit_8(pointer, steps)
            pcre2_set_heap_limit_8(pointer, memory)
        }

        deinit { pcre2_match_context_free_8(pointer) }
    }

    /// `@unchecked Sendable`: pcre2api(3), "MULTITHREADING": compiled code is only read while matching.
    private final class Code: @unchecked Sendable {
        let pointer: OpaquePointer

        init(_ text: [UInt8], _ options: UInt32) throws(PatternMistake) {
            var error: Int32 = 0
            var offset = 0
            guard let pointer = pcre2_compile_8(text, text.count, options, &error, &offset, nil) else {
                throw PatternMistake(
                    description: "error in regex at offset \(offset): \(PerlPattern.message(error))")
            }
            self.pointer = pointer
            // Where there is no JIT, matching interprets.
            pcre2_jit_compile_8(pointer, PCRE2_JIT_COMPLETE)
        }

        deinit { pcre2_code_free_8(pointer) }
    }
}
