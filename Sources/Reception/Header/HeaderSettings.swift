import LookupTables

/// How the header of a message is changed, and for whom: cleanup(8), trivial-rewrite(8).
public struct HeaderSettings: Sendable {
    /// `local_header_rewrite_clients`
    public var localClients: [LocalClients]
    public var mynetworks: ClientList
    public var interfaces: ClientList
    /// `remote_header_rewrite_domain`; empty: the header of other clients' messages stays as it is.
    public var remoteDomain: String
    /// `always_add_missing_headers`
    public var alwaysAddsMissing: Bool
    /// `undisclosed_recipients_header`; empty: none is added.
    public var undisclosedRecipients: String
    /// `message_drop_headers`, in lower case.
    public var dropped: Set<String>
    /// `header_size_limit`
    public var sizeLimit: Int
    /// `header_address_token_limit`
    public var tokenLimit: Int

    /// An element of `local_header_rewrite_clients`.
    public enum LocalClients: Sendable {
        /// `permit_inet_interfaces`
        case interfaces
        /// `permit_mynetworks`
        case mynetworks
        /// `check_address_map`: the client's address is a key of the table.
        case table(TableList)
        /// `permit_sasl_authenticated`, `permit_tls_clientcerts`: nobody, as long as nobody logs in.
        case nobody
    }

    public init(
        localClients: [LocalClients] = [.interfaces],
        mynetworks: ClientList = ClientList(parameter: "mynetworks"),
        interfaces: ClientList = ClientList(parameter: "inet_interfaces"), remoteDomain: String = "",
        alwaysAddsMissing: Bool = false, undisclosedRecipients: String = "",
        dropped: Set<String> = ["bcc", "content-length", "resent-bcc", "return-path"],
        sizeLimit: Int = 102_400, tokenLimit: Int = 10_240
    ) {
        self.localClients = localClients
        self.mynetworks = mynetworks
        self.interfaces = interfaces
        self.remoteDomain = remoteDomain
        self.alwaysAddsMissing = alwaysAddsMissing
        self.undisclosedRecipients = undisclosedRecipients
        self.dropped = dropped
        self.sizeLimit = sizeLimit
        self.tokenLimit = tokenLimit
    }
}

extension HeaderSettings {
    /// What is done to the header of a message.
    enum Treatment: Hashable, Sendable {
        /// Nothing: it passes byte for byte.
        case none
        /// Missing fields are added, addresses stay.
        case adding
        /// Addresses are rewritten with our own domains.
        case local
        /// Addresses are rewritten with `remote_header_rewrite_domain`.
        case remote
    }

    /// What is done to the messages of a client. Asked at each MAIL.
    func treatment(of client: Client) async throws(LookupFailure) -> Treatment {
        for element in localClients where try await contains(client, element) { return .local }
        if !remoteDomain.isEmpty { return .remote }
        return alwaysAddsMissing ? .adding : .none
    }

    private func contains(_ client: Client, _ element: LocalClients) async throws(LookupFailure) -> Bool {
        switch element {
        case .interfaces: return try await interfaces.contains(name: client.name, address: client.address)
        case .mynetworks: return try await mynetworks.contains(name: client.name, address: client.address)
        case .table(let table): return try await table.lookup(client.address.description) != nil
        case .nobody: return false
        }
    }
}
