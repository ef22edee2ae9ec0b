import MailFormat

/// `MAIL FROM:<reverse-path> [SIZE=n] [BODY=7BIT|8BITMIME]`: RFC 5321 §4.1.1.2, RFC 1870, RFC 6152.
enum MailSyntax {
    static func read(_ line: inout LineReader, rules: PathRules) -> Result<MailArguments, CommandFault> {
        guard line.skip(keyword: "FROM"), let (word, isClosed) = line.nextAddressWord() else {
            return .failure(.mailSyntax)
        }
        guard isClosed, let path = PathSyntax.read(word, rules: rules) else {
            return .failure(.badSender(word))
        }
        let sender: ReversePath =
            switch path {
            case .empty: .null
            case .address(let address): .address(address)
            }
        var arguments = MailArguments(sender: sender)
        while let option = line.nextWord() {
            if let fault = read(option: option, into: &arguments) { return .failure(fault) }
        }
        return .success(arguments)
    }

    private static func read(option: LineReader.Word, into arguments: inout MailArguments) -> CommandFault? {
        let name = LineReader.uppercased(option)
        switch name {
        case "BODY=8BITMIME":
            arguments.isEightBit = true
        case "BODY=7BIT":
            arguments.isEightBit = false
        case _ where name.hasPrefix("SIZE="):
            let digits = name.utf8.dropFirst(5)
            guard !digits.isEmpty, digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else {
                return .badSize
            }
            arguments.declaredSize = UInt64(name.dropFirst(5)) ?? .max
        case _ where name.hasPrefix("AUTH="):
            // RFC 4954 §5: who submitted it; of no use without AUTH, and refusing it would stop the mail.
            break
        case _ where name.hasPrefix("RET=") || name.hasPrefix("ENVID="):
            return .dsnDisabled
        default:
            return .unsupportedOption(option)
        }
        return nil
    }
}

/// `RCPT TO:<forward-path>`: RFC 5321 §4.1.1.3.
enum RecipientSyntax {
    static func read(_ line: inout LineReader, rules: PathRules) -> Result<MailAddress, CommandFault> {
        guard line.skip(keyword: "TO"), let (word, isClosed) = line.nextAddressWord() else {
            return .failure(.rcptSyntax)
        }
        guard isClosed, case .address(let address) = PathSyntax.read(word, rules: rules) else {
            return .failure(.badRecipient(word))
        }
        if let option = line.nextWord() {
            let name = LineReader.uppercased(option)
            let isReport = name.hasPrefix("NOTIFY=") || name.hasPrefix("ORCPT=")
            return .failure(isReport ? .dsnDisabled : .unsupportedOption(option))
        }
        return .success(address)
    }
}

/// `VRFY address`: RFC 5321 §4.1.1.6.
enum VerifySyntax {
    static func read(_ line: inout LineReader, rules: PathRules) -> Result<VerifyArgument, CommandFault> {
        guard let (word, isClosed) = line.nextAddressWord() else { return .failure(.vrfySyntax) }
        guard line.nextWord() == nil, isClosed,
            case .address(let address) = PathSyntax.read(
                word, rules: PathRules(isStrict: false, allowsLeadingHyphen: rules.allowsLeadingHyphen))
        else { return .failure(.badRecipient(word)) }
        return .success(VerifyArgument(address: address, text: LineReader.printable(word)))
    }
}
