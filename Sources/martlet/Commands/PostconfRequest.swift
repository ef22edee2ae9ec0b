import PostfixConfig

/// One call of postconf.
struct PostconfRequest {
    let options: PostconfOptions

    init(_ arguments: [String]) throws {
        options = try PostconfOptions(arguments)
    }

    func carryOut(_ output: inout PostconfOutput) throws {
        if options.edit == nil {
            switch options.subject {
            case .tableTypes: Tables.types.forEach { output.line($0) }
            case .lockTypes: ["flock", "fcntl", "dotlock"].forEach { output.line($0) }
            case .parameters: try PostconfParameters(options: options).show(&output)
            case .services, .serviceFields, .serviceParameters:
                try PostconfServices(options: options).show(&output)
            }
        } else if options.subject == .parameters {
            try PostconfEdit(options: options).edit(output)
        } else {
            try PostconfServiceEdit(options: options).edit(output)
        }
    }
}

extension PostconfOptions {
    var mainPath: String { directory.path + "/main.cf" }
    var masterPath: String { directory.path + "/master.cf" }

    /// main.cf, with its problems warned of.
    /// - Throws: the first problem that is an error, which is Postfix's end.
    func mainFile(_ output: PostconfOutput) throws -> MainFile {
        let file: MainFile
        do {
            file = try MainFile(path: mainPath)
        } catch {
            throw PostconfFailure("open \(mainPath): \(error.message.drop { $0 != " " }.dropFirst())")
        }
        for problem in file.problems {
            if problem.severity == .error { throw PostconfFailure(problem.placedMessage) }
            output.warn(problem.placedMessage)
        }
        return file
    }

    /// master.cf; nil where there is none.
    func masterFile() throws -> MasterFile? {
        do {
            return try MasterFile.load(directory: directory.path)
        } catch {
            throw PostconfFailure(error.problems.first?.placedMessage ?? error.description)
        }
    }

    func listing(main: MainFile?, master: MasterFile?) throws -> SetupListing {
        try SetupListing(
            directory: directory, main: main, master: master, overrides: overrides, processName: "postconf")
    }

    func line(_ name: String, _ value: String) -> String {
        if hidesValues { return name }
        return LineFolding.text(hidesNames ? value : "\(name) = \(value)", folds: folds)
    }
}
