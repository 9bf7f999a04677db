using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.IO;
using System.Linq;

namespace Sallyport.Cli;

/// <summary>Turns what the parser found wrong into our error lines, without repeating what may be a secret.</summary>
internal static class ParseComplaint
{
    public static int Write(ParseResult parsed, TextWriter error)
    {
        Command command = parsed.CommandResult.Command;
        string name = Path(parsed.CommandResult);
        string help = $"see {name} --help";

        // An option that does not exist comes first: what follows it is then only its value, and never shown.
        if (parsed.Tokens.Select(token => token.Value).FirstOrDefault(value => IsUnknownOption(value, parsed)) is string unknown)
        {
            return Complaint.Usage(error, $"unknown option {Shown(unknown)}", Suggest(unknown, Options(parsed.CommandResult)) ?? help);
        }

        if (parsed.UnmatchedTokens is [string first, ..] && command.Subcommands.Count > 0)
        {
            return Complaint.Usage(error, $"unknown command {Shown(first)}", Suggest(first, command.Subcommands.Select(sub => sub.Name)) ?? help);
        }

        if (parsed.UnmatchedTokens.Count > 0)
        {
            return Complaint.Usage(error, $"{name} takes no further argument after what was given", help);
        }

        foreach (ParseError problem in parsed.Errors)
        {
            string message = problem.Message.TrimEnd('.');
            if (problem.SymbolResult is OptionResult option)
            {
                message = $"{option.Option.Name} needs a value";
            }
            else if (problem.SymbolResult is ArgumentResult argument)
            {
                message = $"{name} needs {argument.Argument.HelpName ?? argument.Argument.Name}";
            }
            else if (message.Length > 0)
            {
                message = char.ToLowerInvariant(message[0]) + message[1..];
            }

            Complaint.Write(error, message, help);
            break;
        }

        return ExitCode.Usage;
    }

    /// <summary>The nearest known word as a hint; <c>null</c> when none is near.</summary>
    public static string? Suggest(string written, IEnumerable<string> known)
    {
        string word = written.Split('=')[0];
        string? nearest = known.MinBy(candidate => Distance(word, candidate));
        return nearest is not null && Distance(word, nearest) <= Math.Max(2, word.Length / 3) ? $"did you mean {nearest}?" : null;
    }

    /// <summary>What was given, when it is a plain word that can be no secret's carrier; otherwise words for it.</summary>
    public static string Plain(string given) =>
        given.Length is > 0 and <= 40 && given.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '/' or '.') ? given : "what was given";

    private static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "sallyport";

    private static IEnumerable<string> Options(SymbolResult? result)
    {
        for (; result is not null; result = result.Parent)
        {
            foreach (Option option in (result as CommandResult)?.Command.Options ?? [])
            {
                yield return option.Name;
            }
        }
    }

    private static bool IsUnknownOption(string token, ParseResult parsed)
    {
        string name = token.Split('=')[0];
        return name.StartsWith("--", StringComparison.Ordinal) && name.Length > 2
            && parsed.Tokens.First(other => other.Value == token).Type != TokenType.Option
            && !Options(parsed.CommandResult).Contains(name);
    }

    private static string Shown(string token)
    {
        string name = token.Split('=')[0];
        return name.Length > 40 || name.Any(c => char.IsControl(c) || c > '~') ? "given" : name;
    }

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
