/// master.cf: the services that Postfix would run, and that Martlet takes its listeners from.
public struct MasterFile: Sendable {
    public let path: String
    public let services: [MasterService]
    /// Lines and options that mean nothing and are passed over.
    public let warnings: [ConfigurationProblem]

    /// Reads `master.cf` in the directory.
    /// - Returns: nil where there is no such file.
    /// - Throws: everything that is wrong with the file, or the system's words where it cannot be read.
    public static func load(directory: String) throws(ConfigurationFailure) -> MasterFile? {
        let path = directory + "/master.cf"
        let text: [UInt8]
        do {
            text = try FileContent.read(path)
        } catch {
            if error.error.isMissingFile { return nil }
            throw ConfigurationFailure([
                .init(.error, file: path, "open: \(error.description)", cure: "make the file readable")
            ])
        }
        return try MasterFile(path: path, text: text)
    }

    public init(path: String, text: some Sequence<UInt8>) throws(ConfigurationFailure) {
        var services: [MasterService] = []
        var problems: [ConfigurationProblem] = []
        var warnings: [ConfigurationProblem] = []
        for line in LogicalLines.read(text) {
            if let misplacement = line.misplacement {
                warnings.append(
                    .init(
                        .warning, file: path, line: line.numbers.lowerBound, misplacement,
                        cure: "begin the line at its start"))
                continue
            }
            do {
                let service = try MasterService(line: line.bytes, number: line.numbers.lowerBound)
                services.append(service)
                warnings += service.malformedOptions.map { reason in
                    .init(
                        .warning, file: path, line: service.line, reason,
                        cure: "write -o name=value, or -o { name = value } where the value has blanks")
                }
            } catch {
                problems.append(
                    .init(
                        .error, file: path, line: line.numbers.lowerBound, error.description,
                        cure:
                            "write eight fields or more: service type private unprivileged chroot wakeup limit command"
                    ))
            }
        }
        if !problems.isEmpty { throw ConfigurationFailure(problems) }
        self.path = path
        self.services = services
        self.warnings = warnings
    }

    /// The SMTP servers: `inet` services whose command is smtpd, each with where it listens.
    /// - Throws: the services whose port is no port, with their lines.
    public func inetSMTPServices() throws(ConfigurationFailure) -> [InetSMTPService] {
        var found: [InetSMTPService] = []
        var problems: [ConfigurationProblem] = []
        for service in services where service.kind == .inet && service.program == "smtpd" {
            do {
                found.append(try InetSMTPService(service))
            } catch {
                problems.append(
                    .init(
                        .error, file: path, line: service.line, error.description,
                        cure:
                            "write a port number, or a name from /etc/services, after an optional host and colon"
                    ))
            }
        }
        if !problems.isEmpty { throw ConfigurationFailure(problems) }
        return found
    }
}

extension MasterService {
    /// The command's name, without its directory.
    public var program: String { command.first?.split(separator: "/").last.map(String.init) ?? "" }
}
