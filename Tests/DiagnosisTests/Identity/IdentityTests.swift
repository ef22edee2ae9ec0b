import Testing

@testable import Diagnosis

@Suite struct IdentityTests {
    @Test func aMailOwnerWhoIsNobodyHereIsFound() async throws {
        try await TriedSetup("mail_owner = nobdoy").has(
            MailOwner.self, .error, about: "mail_owner", saying: "there is no user nobdoy")
        try await TriedSetup("mail_owner = nobody").hasNo(MailOwner.self)
        try await TriedSetup("mail_owner = root").has(MailOwner.self, .advice)
    }

    @Test(arguments: [
        "mail", "mail.localdomain", "mail..example.org", "mail.example.org.", "ma_il.example.org",
    ])
    func aHostNameThatNobodyCanLookUpIsFound(name: String) async throws {
        try await TriedSetup("myhostname = \(name)").has(
            HostName.self, .warning, about: "myhostname", saying: name)
    }

    @Test(arguments: ["mail.example.org", "MX-1.example.co.uk"])
    func aHostNameOfTheDNSIsLeftInPeace(name: String) async throws {
        try await TriedSetup("myhostname = \(name)").hasNo(HostName.self)
    }

    @Test func twoServicesAtOnePortAreFound() async throws {
        try await TriedSetup("", master: "smtp inet n - n - - smtpd\n127.0.0.1:25 inet n - n - - smtpd\n")
            .has(
                SamePort.self, .error, saying: "line 1 and line 2", "master.cf, line 2")
        try await TriedSetup(
            "",
            master:
                "127.0.0.1:25 inet n - n - - smtpd\n127.0.0.2:25 inet n - n - - smtpd\n587 inet n - n - - smtpd\n"
        ).hasNo(SamePort.self)
    }
}
