import PostfixConfig

/// Changes main.cf: `postconf NAME=VALUE`, `-e`, `-X` and `-#`.
struct PostconfEdit {
    let options: PostconfOptions

    func edit(_ output: PostconfOutput) throws {
        try options.requireOperands()
        var edit = MainFileEdit()
        for operand in options.operands {
            try PostconfEdit.checkSyntax(operand)
            switch options.edit {
            case .remove, .commentOut:
                let name = operand.trimmingPrefix { $0.isWhitespace }
                if name.contains("=") || name.contains(where: \.isWhitespace) {
                    throw PostconfFailure("-X or -# requires parameter names without value")
                }
                edit.request(String(name), options.edit == .remove ? .remove : .commentOut)
            case .set, nil:
                do {
                    let (name, value) = try MainFile.Entry.split(operand)
                    edit.request(name, .set(value))
                } catch {
                    throw PostconfFailure(error.description)
                }
            }
        }
        var warned = 0
        func warn() {
            for warning in edit.warnings[warned...] { output.warn(warning) }
            warned = edit.warnings.count
        }
        warn()
        try FileReplacement.edit(options.mainPath) { file in edit.apply(to: file, path: options.mainPath) }
        warn()
    }

    /// One line, and no comment.
    static func checkSyntax(_ operand: String) throws {
        if operand.utf8.contains(UInt8(ascii: "\n")) {
            throw PostconfFailure("-e, -X, or -# accepts no multi-line input")
        }
        if operand.first(where: { !$0.isWhitespace }) == "#" {
            throw PostconfFailure("-e, -X, or -# accepts no comment input")
        }
    }
}

extension PostconfOptions {
    func requireOperands() throws {
        if operands.isEmpty {
            throw PostconfFailure(
                edit == .set ? "-e requires name=value argument" : "missing service argument")
        }
    }
}
