using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>A public class is sealed or static; an abstract one is a closed set, or a test derives from it.</summary>
internal static class SealedClasses
{
    public static IEnumerable<string> Violations(SourceFile file, ImmutableHashSet<string> derivedInTests)
    {
        foreach (var type in file.Unit.DescendantNodes().OfType<TypeDeclarationSyntax>().Where(IsPublicClass))
        {
            if (type.Modifiers.Any(SyntaxKind.SealedKeyword) || type.Modifiers.Any(SyntaxKind.StaticKeyword))
            {
                continue;
            }

            if (!type.Modifiers.Any(SyntaxKind.AbstractKeyword))
            {
                yield return file.At(type, $"{type.Identifier.Text} is neither sealed nor static");
            }
            else if (!IsClosed(type) && !derivedInTests.Contains(type.Identifier.Text))
            {
                yield return file.At(type, $"no test derives from {type.Identifier.Text}");
            }
        }
    }

    /// <summary>The names of everything that a class in these files derives from.</summary>
    public static ImmutableHashSet<string> Bases(IEnumerable<SourceFile> files) =>
        [.. files.SelectMany(file => file.Unit.DescendantNodes().OfType<BaseTypeSyntax>())
            .Select(item => SourceFile.LastName(item.Type))];

    private static bool IsPublicClass(TypeDeclarationSyntax type) =>
        type is ClassDeclarationSyntax or RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword }
        && type.AncestorsAndSelf().OfType<TypeDeclarationSyntax>().All(outer => outer.Modifiers.Any(SyntaxKind.PublicKeyword));

    /// <summary>Every constructor that it writes down is private, so only the types inside can derive from it.</summary>
    private static bool IsClosed(TypeDeclarationSyntax type)
    {
        var constructors = type.Members.OfType<ConstructorDeclarationSyntax>().ToList();
        return constructors.Count > 0
            && type.ParameterList is null
            && constructors.All(constructor => constructor.Modifiers.Any(SyntaxKind.PrivateKeyword)
                && !constructor.Modifiers.Any(SyntaxKind.ProtectedKeyword));
    }
}
