import PostfixConfig

/// main.cf and master.cf as far as they can be used: what cannot is left at its default, and told.
///
/// A server takes all or nothing; somebody who looks for what is wrong wants to hear of everything at once.
public struct SetupReading: Sendable {
    public let mainFile: MainFile
    public let configuration: Configuration
    /// Nil where there is none.
    public let master: MasterFile?
    /// What is wrong with the two files; those of a service's options too.
    public private(set) var problems: [ConfigurationProblem]

    /// Whether a server could not use the files.
    public var isUnusable: Bool { problems.contains { $0.severity == .error } }

    /// - Throws: where main.cf cannot be read at all.
    public init(directory: String) throws(ConfigurationFailure) {
        do {
            mainFile = try MainFile(path: "\(directory)/main.cf")
        } catch {
            throw ConfigurationFailure([error])
        }
        let (configuration, mainProblems) = try Self.configuration(mainFile, directory)
        let (master, masterProblems) = Self.master(directory)
        self.configuration = configuration
        self.master = master
        problems = mainProblems + masterProblems + (master?.warnings ?? [])
        do throws(ConfigurationFailure) {
            _ = try master?.inetSMTPServices()
        } catch {
            problems += error.problems
        }
        for service in master?.services ?? [] {
            problems += Self.problems(with: service, of: master?.path, configuration)
        }
    }

    public mutating func add(_ problem: ConfigurationProblem) {
        if !problems.contains(problem) { problems.append(problem) }
    }

    private static func configuration(
        _ file: MainFile, _ directory: String
    ) throws(ConfigurationFailure) -> (Configuration, [ConfigurationProblem]) {
        let failure: ConfigurationFailure
        do throws(ConfigurationFailure) {
            let configuration = try Configuration(file, directory: directory)
            return (configuration, configuration.warnings)
        } catch {
            failure = error
        }
        var values = Dictionary(file.entries.map { ($0.name, $0.value) }) { _, last in last }
        var problems = failure.problems
        // A mistake may show only when another is out of the way.
        for _ in 0..<100 {
            let bad = problems.filter { $0.severity == .error }.compactMap(\.parameter)
                .filter { values[$0] != nil }
            for name in bad { values[name] = nil }
            do throws(ConfigurationFailure) {
                return (try Configuration(directory: directory, values: values), problems)
            } catch {
                let new = error.problems.filter { !problems.contains($0) && $0.severity == .error }
                guard !new.isEmpty else { break }
                problems += new
            }
        }
        throw failure
    }

    private static func master(_ directory: String) -> (MasterFile?, [ConfigurationProblem]) {
        do throws(ConfigurationFailure) {
            return (try MasterFile.load(directory: directory), [])
        } catch {
            let lines = Set(error.problems.compactMap(\.line))
            let path = "\(directory)/master.cf"
            guard !lines.isEmpty, let text = try? FileContent.read(path) else { return (nil, error.problems) }
            // Without the lines that are wrong.
            var kept = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for line in LogicalLines.read(text) where lines.contains(line.numbers.lowerBound) {
                for number in line.numbers { kept[number - 1] = [] }
            }
            return (
                try? MasterFile(path: path, text: kept.joined(separator: [UInt8(ascii: "\n")])),
                error.problems
            )
        }
    }

    private static func problems(
        with service: MasterService, of path: String?, _ configuration: Configuration
    ) -> [ConfigurationProblem] {
        guard service.kind == .inet, service.program == "smtpd" else { return [] }
        func placed(_ problem: ConfigurationProblem) -> ConfigurationProblem {
            var problem = problem
            (problem.file, problem.line) = (path, service.line)
            return problem
        }
        do throws(ConfigurationFailure) {
            return try configuration.overriding(service.overrides).warnings.map(placed)
        } catch {
            let names = Set(service.overrides.map(\.name))
            return error.problems.filter { $0.parameter.map(names.contains) ?? true }.map(placed)
        }
    }
}
