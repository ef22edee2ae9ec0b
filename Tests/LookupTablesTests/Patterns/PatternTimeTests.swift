import LookupTables
import Peers
import Testing

/// Keys and expressions that make matching slow: whoever asks has an answer or a temporary failure in bounded time,
/// and whoever asks beside them waits for nothing.
@Suite struct PatternTimeTests {
    /// Expressions that are known to explode, with a key that sets them off. What the C library never ends with is in
    /// the parity tests, in a process of its own.
    private static let explosive = [
        ("pcre:{{/^(a+)+$/ x}}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"),
        ("pcre:{{/^(a|aa)+$/ x}}", String(repeating: "a", count: 200) + "!"),
        ("pcre:{{/^(([a-z])+.)+[A-Z]([a-z])+$/ x}}", String(repeating: "a", count: 500)),
        ("pcre:{{/(.*)*\\1@x/ x}}", String(repeating: "ab", count: 300)),
        ("pcre:{{/(x+x+)+y/ x}}", String(repeating: "x", count: 1000)),
        ("regexp:{{/^(a+)+$/ x}}", String(repeating: "a", count: 1000) + "!"),
        ("regexp:{{/^((a*)*)*$/ x$1}}", String(repeating: "a", count: 1000) + "!"),
        ("regexp:{{/(x+x+)+y/ x}}", String(repeating: "x", count: 1000)),
        ("regexp:{{/.*.*.*.*.*.*x/ x}}", String(repeating: "a", count: 1000)),
        ("regexp:{{/(a|b|ab)*(c|d|cd)*$/ x$1}}", String(repeating: "abcd", count: 20_000)),
    ]

    @Test(arguments: explosive)
    func everyKeyIsAnsweredInBoundedTime(specification: String, key: String) async throws {
        let table = try Opening().opener.openOrFail(specification)
        let start = ContinuousClock.now
        do throws(LookupFailure) {
            _ = try await table.lookup(key)
        } catch {
            #expect(error.cause == .result)
            #expect(error.reason.contains("simpler"))
        }
        // Five seconds of patience, and a busy machine.
        #expect(ContinuousClock.now - start < .seconds(30))
        _ = try await table.lookup("a")
    }

    @Test func otherLookupsGoOnMeanwhile() async throws {
        let opener = try Opening().opener
        let (specification, key) = (
            "pcre:{{/^(([a-z])+.)+[A-Z]([a-z])+$/ x},{/./ y}}", String(repeating: "a", count: 500)
        )
        let table = try opener.openOrFail(specification)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try? await table.lookup(key) } }
            for _ in 0..<50 {
                let start = ContinuousClock.now
                #expect((try? await table.lookup("Z")) == "y")
                #expect(ContinuousClock.now - start < .seconds(5))
            }
        }
    }

    @Test func whatTakesLongButEndsIsAnswered() async throws {
        // More steps than brief effort has, fewer than Postfix allows.
        let table = try Opening().opener.openOrFail("pcre:{{/^(a+)+$/ x},{/./ y}}")
        #expect(try await table.lookup(String(repeating: "a", count: 19) + "!") == "y")
        let back = try Opening().opener.openOrFail("regexp:{{/^(.+)@\\1$/ twice $1}}")
        #expect(try await back.lookup("abc@abc") == "twice abc")
        #expect(try await back.lookup("abc@abd") == nil)
    }
}
