using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>What is written nowhere in the house.</summary>
internal static class Banned
{
    private static readonly string[] _clocks = ["DateTime", "DateTimeOffset"];

    /// <summary>In every file.</summary>
    public static IEnumerable<string> Everywhere(SourceFile file)
    {
        foreach (var trivia in file.Unit.DescendantTrivia(descendIntoTrivia: true)
            .Where(trivia => trivia.GetStructure() is PragmaWarningDirectiveTriviaSyntax or PragmaChecksumDirectiveTriviaSyntax))
        {
            yield return file.At(trivia.GetLocation(), "#pragma");
        }

        foreach (var node in file.Unit.DescendantNodes())
        {
            if (Wrong(node) is { } wrong)
            {
                yield return file.At(node, wrong);
            }
        }
    }

    /// <summary>In production code: nothing is left to be written.</summary>
    public static IEnumerable<string> InProduction(SourceFile file) =>
        file.Unit.DescendantNodes().OfType<ObjectCreationExpressionSyntax>()
            .Where(node => node.Type.ToString().EndsWith("NotImplementedException", StringComparison.Ordinal))
            .Select(node => file.At(node, "not implemented"));

    /// <summary>In tests: nothing waits by the clock, nothing is skipped for good.</summary>
    public static IEnumerable<string> InTests(SourceFile file)
    {
        foreach (var call in file.Unit.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            var name = call.Expression.ToString();
            if (name is "Thread.Sleep"
                || (name is "Task.Delay" && !call.ArgumentList.Arguments[0].ToString().Contains("Infinite", StringComparison.Ordinal)))
            {
                yield return file.At(call, "waits by the clock: await the event");
            }
        }

        foreach (var argument in file.Unit.DescendantNodes().OfType<AttributeArgumentSyntax>()
            .Where(argument => argument.NameEquals?.Name.Identifier.Text == "Skip"))
        {
            yield return file.At(argument, "skipped for good");
        }
    }

    /// <summary>In the forge: it must not share a codec with what verifies its work.</summary>
    public static IEnumerable<string> InTheForge(SourceFile file) =>
        file.Unit.DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => name.Identifier.Text is "CertificateRequest" or "AsnWriter" or "Asn1" or "CertificateRevocationListBuilder")
            .Select(name => file.At(name, $"the forge shares {name.Identifier.Text} with what verifies"));

    private static string? Wrong(SyntaxNode node) => node switch
    {
        AttributeSyntax attribute when Last(attribute.Name).Contains("SuppressMessage", StringComparison.Ordinal) => "SuppressMessage",
        MemberAccessExpressionSyntax access => Wrong(access),
        FieldDeclarationSyntax field when IsMutableStatic(field) => "static mutable field",
        PropertyDeclarationSyntax property when IsMutableStatic(property) => "static property with a setter",
        PostfixUnaryExpressionSyntax postfix when postfix.IsKind(SyntaxKind.SuppressNullableWarningExpression) => Wrong(postfix),
        _ => null,
    };

    private static string? Wrong(MemberAccessExpressionSyntax access) => access.Name.Identifier.Text switch
    {
        "Now" or "UtcNow" or "Today" when _clocks.Contains(Last(access.Expression)) => "inject TimeProvider and ask it",
        "DangerousAcceptAnyServerCertificateValidator" => "accepts any server certificate",
        _ => null,
    };

    private static string? Wrong(PostfixUnaryExpressionSyntax postfix) =>
        postfix.Operand.Kind() is SyntaxKind.DefaultLiteralExpression or SyntaxKind.DefaultExpression or SyntaxKind.NullLiteralExpression
            ? "default! (use required)"
            : HasReason(postfix) ? null : "`!` without its reason beside it";

    private static bool HasReason(SyntaxNode node)
    {
        var lines = node.SyntaxTree.GetText().Lines;
        // The `!` itself, not where a long expression before it began.
        var line = lines.GetLineFromPosition(node.Span.End - 1).LineNumber;
        return IsComment(line) || (line > 0 && lines[line - 1].ToString().TrimStart().StartsWith("//", StringComparison.Ordinal));

        bool IsComment(int number) =>
            node.SyntaxTree.GetRoot().DescendantTrivia(lines[number].Span)
                .Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) && lines[number].Span.Contains(trivia.Span));
    }

    private static bool IsMutableStatic(FieldDeclarationSyntax field) =>
        field.Modifiers.Any(SyntaxKind.StaticKeyword)
        && (!field.Modifiers.Any(SyntaxKind.ReadOnlyKeyword) || Changes(field.Declaration));

    private static bool IsMutableStatic(PropertyDeclarationSyntax property) =>
        property.Modifiers.Any(SyntaxKind.StaticKeyword)
        && property.AccessorList?.Accessors.Any(accessor => accessor.IsKind(SyntaxKind.SetAccessorDeclaration)) == true
        && property.AccessorList.Accessors.All(accessor => accessor.Body is null && accessor.ExpressionBody is null);

    /// <summary>A readonly field whose object is made to change and starts empty is state; a filled table is not.</summary>
    private static bool Changes(VariableDeclarationSyntax declaration) =>
        Last(declaration.Type) is "StringBuilder" or "ConcurrentDictionary" or "ConcurrentBag" or "ConcurrentQueue" or "ConcurrentStack"
        || (Last(declaration.Type) is "List" or "Dictionary" or "HashSet" or "Queue" or "Stack"
            && declaration.Variables.Any(variable => variable.Initializer?.Value
                is ImplicitObjectCreationExpressionSyntax { Initializer: null, ArgumentList.Arguments.Count: 0 }
                or ObjectCreationExpressionSyntax { Initializer: null, ArgumentList: not { Arguments.Count: > 0 } }
                or CollectionExpressionSyntax { Elements.Count: 0 }));

    private static string Last(SyntaxNode name) => SourceFile.LastName(name);
}
