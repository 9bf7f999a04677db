using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>Every check has a test that names it.</summary>
internal static class CheckTests
{
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> checks, ImmutableHashSet<string> namedInTests) =>
        from file in checks
        from type in file.Unit.DescendantNodes().OfType<ClassDeclarationSyntax>()
        where type.Parent is BaseNamespaceDeclarationSyntax && type.Modifiers.Any(SyntaxKind.SealedKeyword)
        where type.BaseList?.Types[0].Type.ToString().EndsWith("Check", System.StringComparison.Ordinal) == true
        where !namedInTests.Contains(type.Identifier.Text)
        select file.At(type, $"no test names {type.Identifier.Text}");

    public static ImmutableHashSet<string> NamesIn(IEnumerable<SourceFile> tests) =>
        [.. tests.SelectMany(file => file.Unit.DescendantTokens())
            .Where(token => token.IsKind(SyntaxKind.IdentifierToken))
            .Select(token => token.Text)];
}
