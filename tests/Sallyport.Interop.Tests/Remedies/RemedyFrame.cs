using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Sallyport.Scan.Findings;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>
/// The source of a small application with places for remedies. <c>«JWT-001 JWT-003»</c> takes the statements that these rules print: those with the flaw, or those with the fix.
/// <c>«AUTHZ-006:builder»</c> takes only the statements of which that is the first of such names (<c>rest</c>: that name none), for what is printed together and belongs in two places; a comment may be the first to say it.
/// <c>«JWT-013|text»</c> has its own flaw, where the printed one is another rule's, hides others, or is only named. Types that are printed go to the end of the file.
/// </summary>
internal sealed partial class RemedyFrame
{
    private const string Rest = "rest";

    private static readonly CSharpParseOptions _language = new(LanguageVersion.Preview);

    private readonly ImmutableArray<string> _files;

    private RemedyFrame(string name, ImmutableArray<string> files) => (Name, _files) = (name, files);

    /// <summary>The frame's name.</summary>
    public string Name { get; }

    /// <summary>The rules whose remedies have a place in it.</summary>
    public ImmutableArray<string> Ids => [.. _files.SelectMany(file => Places().Matches(file)).SelectMany(place => place.Groups["id"].Captures).Select(id => id.Value).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>One rule for each remedy: what several rules print is applied once.</summary>
    public ImmutableArray<string> OneOfEach => [.. Ids.DistinctBy(id => RemedyProof.Of(id, ServerStack.AspNetCore).Fix)];

    /// <summary>Reads a frame.</summary>
    /// <param name="name">Its name.</param>
    public static RemedyFrame Of(string name) =>
        new(name, [.. typeof(RemedyFrame).Assembly.GetManifestResourceNames().Where(file => file.StartsWith($"Frames.{name}.", StringComparison.Ordinal) && file.EndsWith(".cs.txt", StringComparison.Ordinal)).Select(file => Resource(file["Frames.".Length..]))]);

    /// <summary>A file that lies beside the frames.</summary>
    /// <param name="file">Its name.</param>
    public static string Resource(string file)
    {
        using Stream stream = typeof(RemedyFrame).Assembly.GetManifestResourceStream("Frames." + file) ?? throw new FileNotFoundException(file);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>The source with every place filled; the types that are printed are the last file.</summary>
    /// <param name="mended">With the fixes, or with the flaws.</param>
    public ImmutableArray<string> Source(bool mended)
    {
        var types = new List<string>();
        ImmutableArray<string> filled = [.. _files.Select(file => Places().Replace(file, place => Filled(place, mended, types)))];
        string usings = string.Join('\n', filled.SelectMany(file => Usings().Matches(file)).Select(found => found.Value).Distinct());
        return [.. filled, string.Join('\n', types.Prepend(usings))];
    }

    private static string Filled(Match place, bool mended, List<string> types)
    {
        (string printed, bool isOwn) = Text([.. place.Groups["id"].Captures.Select(id => id.Value)], place.Groups["own"], mended);
        CompilationUnitSyntax unit = SyntaxFactory.ParseCompilationUnit(printed, options: _language);
        if (isOwn || !unit.Members.Any(member => member is GlobalStatementSyntax or BaseTypeDeclarationSyntax) || unit.ContainsDiagnostics)
        {
            return printed;
        }

        types.AddRange(unit.Members.OfType<BaseTypeDeclarationSyntax>().Select(type => type.ToFullString()).Where(type => !types.Contains(type)));
        string asked = place.Groups["word"].Value;
        string last = Rest;
        var chosen = new StringBuilder();
        foreach (string statement in unit.Members.OfType<GlobalStatementSyntax>().Select(statement => statement.ToFullString()))
        {
            // What is mapped on a group of the application goes with it.
            last = Word().Match(statement) is { Success: true } word ? word.Value : last == "app" ? last : Rest;
            chosen.Append(asked.Length == 0 || last == asked ? statement : "");
        }

        return chosen.ToString().TrimEnd();
    }

    private static (string Text, bool IsOwn) Text(ImmutableArray<string> ids, Group own, bool mended)
    {
        Remedy[] remedies = [.. ids.Select(id => RemedyProof.Of(id, ServerStack.AspNetCore)).DistinctBy(remedy => remedy.Fix)];
        Remedy remedy = remedies is [var only] ? only : throw new InvalidOperationException($"{string.Join(' ', ids)} do not print the same.");
        return mended ? (remedy.Fix ?? "", false)
            : own.Success ? (own.Value, true)
            : (remedy.Flaw ?? throw new InvalidOperationException($"{ids[0]} shows no flaw, and its place has none."), false);
    }

    [GeneratedRegex(@"«(?<id>[A-Z]+-[0-9]{3})(?: (?<id>[A-Z]+-[0-9]{3}))*(?::(?<word>\w+))?(?:\|(?<own>[^»]*))?»", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Places();

    [GeneratedRegex(@"\b(?:https|kestrel|builder|services|options|app|modelBuilder|login|logout)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"(?m)^using [\w.]+;$", RegexOptions.CultureInvariant)]
    private static partial Regex Usings();
}
