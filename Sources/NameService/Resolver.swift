import Synchronization

/// Asks the DNS, by libunbound: with its cache, and with DNSSEC where there are trust anchors.
///
///     let resolver = try Resolver()
///     try await resolver.mailExchangers(of: "example.org").records      // [10 mail.example.org]
///
/// Every lookup ends within the time limit of the settings.
public final class Resolver: Sendable {
    private let worker: ResolverThread
    private let timeLimit: Duration

    /// - Throws: where libunbound cannot be started, or does not take a setting.
    public init(_ settings: ResolverSettings = ResolverSettings()) throws(NameFailure) {
        worker = try ResolverThread(settings)
        timeLimit = settings.timeLimit
    }

    deinit { worker.close() }

    /// MX, the most preferred first: RFC 5321 §5.1.
    public func mailExchangers(of name: String) async throws(NameFailure) -> NameAnswer<MailExchanger> {
        let answer = try await ask(name, .mx).compactMap(MailExchanger.init(data:))
        return answer.with(records: answer.records.sorted())
    }

    /// A and AAAA: 4 or 16 bytes each.
    public func addresses(of name: String) async throws(NameFailure) -> NameAnswer<[UInt8]> {
        async let six = asked(name, .aaaa)
        let four = await asked(name, .a)
        let (first, second) = (try four.get(), try await six.get())
        return NameAnswer(
            records: first.records.filter { $0.count == 4 } + second.records.filter { $0.count == 16 },
            exists: first.exists || second.exists, isSecure: first.isSecure && second.isSecure,
            canonicalName: first.canonicalName ?? second.canonicalName)
    }

    /// PTR: the names of an address of 4 or 16 bytes.
    public func names(of address: [UInt8]) async throws(NameFailure) -> NameAnswer<String> {
        try await ask(ReverseName.of(address), .ptr).compactMap { DomainNameData.name(in: $0[...]) }
    }

    /// TXT: the strings of each record put together.
    public func texts(of name: String) async throws(NameFailure) -> NameAnswer<[UInt8]> {
        try await ask(name, .txt).compactMap(DomainNameData.text(in:))
    }

    private func ask(_ name: String, _ type: RecordType) async throws(NameFailure) -> NameAnswer<[UInt8]> {
        try await asked(name, type).get()
    }

    private func asked(_ name: String, _ type: RecordType) async -> Result<NameAnswer<[UInt8]>, NameFailure> {
        let question = ResolverThread.Question(name: name, type: type, deadline: .now + timeLimit)
        return await withCheckedContinuation { worker.ask(question, $0) }
    }
}

/// The types of records that are asked for: RFC 1035 §3.2.2, RFC 3596.
enum RecordType: Int32, Sendable {
    case a = 1
    case ptr = 12
    case mx = 15
    case txt = 16
    case aaaa = 28
}
