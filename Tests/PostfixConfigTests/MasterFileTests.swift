import Peers
import Testing

@testable import PostfixConfig

@Suite struct MasterFileTests {
    private func file(_ text: String) throws -> MasterFile {
        try MasterFile(path: "master.cf", text: Array(text.utf8))
    }

    @Test func readsTheListenersOfSMTP() throws {
        let services = try file(
            """
            smtp      inet  n - y - - smtpd
              -o foo=bar
            # comment
              -o { smtpd_banner = hello  world } -v
            [::1]:2525 inet n - y - 7 /usr/lib/postfix/sbin/smtpd -o a= -o b=x=y
            127.0.0.1:submission inet n - y - 0 smtpd
            smtp      unix  - - y - - smtp
            qmqp      inet  n - y - - qmqpd

            """
        ).inetSMTPServices()
        #expect(services.map(\.host) == [nil, "::1", "127.0.0.1"])
        #expect(services.map(\.port) == [25, 2525, 587])
        #expect(services.map(\.processLimit) == [nil, 7, 0])
        #expect(
            services[0].overrides.map { "\($0.name)=\($0.value)" } == [
                "foo=bar", "smtpd_banner=hello  world",
            ])
        #expect(services[1].overrides.map { "\($0.name)=\($0.value)" } == ["a=", "b=x=y"])
    }

    @Test(arguments: [
        ("b inet n - n - -\n", "bad field count"), ("b foo n - n - - smtpd\n", "invalid type field \"foo\""),
        ("b inet z - n - - smtpd\n", "invalid private field"),
        ("b inet n - n x - smtpd\n", "invalid wakeup field"),
        ("b inet n - n - x smtpd\n", "invalid process_limit field"),
    ])
    func aBadLineIsAnErrorWithItsPlace(line: String, reason: String) throws {
        let failure = #expect(throws: ConfigurationFailure.self) { try file("# one\n" + line) }
        #expect(failure?.problems.first?.line == 2)
        #expect(failure?.problems.first?.message.contains(reason) == true)
    }

    @Test func anUnknownPortIsAnError() throws {
        let file = try file("nosuchport inet n - n - - smtpd\n70000 inet n - n - - smtpd\n")
        let failure = #expect(throws: ConfigurationFailure.self) { try file.inetSMTPServices() }
        #expect(failure?.problems.map(\.line) == [1, 2])
    }

    @Test func withoutAFileThereIsNone() throws {
        #expect(try MasterFile.load(directory: TemporaryDirectory().path) == nil)
    }

    @Test func anOptionThatSetsNothingIsWarnedOf() throws {
        #expect(try file("b inet n - n - - smtpd -o {a b = c}\n").warnings.first?.line == 1)
    }

    @Test func overridesAreSetAndRemoved() throws {
        var service = try #require(
            try file("b unix - - n - - smtp -o a=1 -v x -o no=option\n").services.first)
        service.override("a", with: "2")
        service.override("c", with: "3")
        #expect(service.line(folds: false).hasSuffix("smtp -o a=2 -v -o c=3 x -o no=option"))
        service.removeOverride(of: "a")
        #expect(service.overrides.map(\.name) == ["c"])
    }
}
