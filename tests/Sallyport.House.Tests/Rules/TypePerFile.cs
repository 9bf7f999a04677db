using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>One public type per file, and the file has its name. Internal companions may stand beside it.</summary>
internal static class TypePerFile
{
    public static IEnumerable<string> Violations(SourceFile file)
    {
        var open = TopLevel(file.Unit).Where(type => type.Modifiers.Any(SyntaxKind.PublicKeyword)).ToList();
        foreach (var second in open.Skip(1))
        {
            yield return file.At(second, $"a second public type, {Name(second)}");
        }

        // Foo.Part.cs is a part of Foo.
        var expected = Path.GetFileNameWithoutExtension(file.Path).Split('.')[0];
        if (open.Count == 1 && Name(open[0]) != expected)
        {
            yield return file.At(open[0], $"{Name(open[0])} is not in a file of its name");
        }
    }

    private static IEnumerable<MemberDeclarationSyntax> TopLevel(SyntaxNode unit) =>
        unit.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    private static string Name(MemberDeclarationSyntax member) => member switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        _ => "",
    };
}
