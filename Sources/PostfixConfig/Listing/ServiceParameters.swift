/// The parameters that main.cf may set because master.cf has a service: `relay_destination_recipient_limit`.
enum ServiceParameters {
    /// The delivery agents whose services the queue manager schedules.
    private static let agents: Set<String> = ["error", "lmtp", "local", "pipe", "smtp", "virtual"]
    private static let commandRunners: Set<String> = ["pipe", "spawn"]

    /// - Returns: names with their defaults; the catalogue's own defaults come before these.
    static func defaults(of services: [MasterService]) -> [String: String] {
        var defaults: [String: String] = [:]
        for service in services {
            if agents.contains(service.program) {
                for suffix in PerTransportParameter.Suffix.allCases {
                    let parameter = PerTransportParameter(transport: service.name, suffix)
                    defaults[parameter.name] = parameter.defaultText
                }
            }
            if commandRunners.contains(service.program) {
                defaults[service.name + "_time_limit"] = "$command_time_limit"
            }
        }
        return defaults
    }
}
