/// Every rule there is.
public enum RuleBook {
    public static let all: [any Rule.Type] = files + data

    /// Rules that look at configuration, files, sockets and the DNS.
    private static let files: [any Rule.Type] = [
        UnusableSetting.self, IdleParameters.self,
        MissingMapFile.self, MapDefinition.self, UnknownMapSetting.self, MapFileMode.self,
        UncompiledTable.self,
        DomainInTwoClasses.self, EveryDomain.self, DelimiterAdvice.self,
        DeliverySocket.self, DeliveryServer.self, UnknownTransport.self, VirtualOwners.self,
        OpenRelay.self, ContentServers.self, AddressProbes.self, CertificateTrouble.self,
        QueueDisk.self, VolatileQueue.self, MailOwner.self, HostName.self, SamePort.self, NamesInDNS.self,
    ]

    public static func rule(named name: String) -> (any Rule.Type)? { all.first { $0.name == name } }
}
