using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>Validation callbacks that never say no live in reviewed files, each with its reason; nowhere else, and nowhere in disguise.</summary>
internal static class TrustCallbacks
{
    /// <summary>The reviewed files.</summary>
    public static ImmutableArray<(string File, string Reason)> Reviewed { get; } =
    [
        ("src/Sallyport.Scan/Transport/ObservedServerTrust.cs", "looks at servers that are not trusted, and says so of each"),
        ("src/Sallyport.Cli/Mitm/MitmConnection.cs", "notes the client's own certificate, and serves nothing but a port's name (decision 0032)"),
        ("tests/Sallyport.Interop.Tests/MitmTests.cs", "the careless HttpClient that mitm must find"),
        ("tests/Sallyport.Cli.Tests/MitmCommandTests.cs", "the careless client that mitm must find"),
        ("tests/Sallyport.AspNetCore.Tests/Outbound/BadServer.cs", "a bad server whose client is tested"),
        ("tests/Sallyport.Scan.Tests/Checks/HandlerServer.cs", "the weak server that the scanner must find"),
    ];

    public static IEnumerable<string> Violations(SourceFile file) => Reviewed.Any(one => one.File == file.Path) ? [] : Anywhere(file);

    /// <summary>What accepts everything, in a reviewed file as well.</summary>
    public static IEnumerable<string> Anywhere(SourceFile file) =>
    [
        .. file.Unit.DescendantNodes().OfType<AnonymousFunctionExpressionSyntax>()
            .Where(lambda => AlwaysTrue(lambda.Body) && (IsValidator(Parameters(lambda)) || NamesTrust(lambda)))
            .Select(lambda => file.At(lambda, "accepts every certificate")),
        .. file.Unit.DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(method => AlwaysTrue((SyntaxNode?)method.ExpressionBody?.Expression ?? method.Body)
                && method.ParameterList.Parameters.Any(parameter => Mentions(parameter.Type, "SslPolicyErrors")))
            .Select(method => file.At(method, "accepts every certificate")),
        .. file.Unit.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "AllowAnyClientCertificate" })
            .Select(call => file.At(call, "accepts every client certificate")),
    ];

    private static int Parameters(AnonymousFunctionExpressionSyntax lambda) => lambda switch
    {
        ParenthesizedLambdaExpressionSyntax parenthesized => parenthesized.ParameterList.Parameters.Count,
        AnonymousMethodExpressionSyntax { ParameterList: { } parameters } => parameters.Parameters.Count,
        // `delegate { return true; }` fits any number.
        AnonymousMethodExpressionSyntax => 4,
        _ => 1,
    };

    private static bool IsValidator(int parameters) => parameters == 4;

    /// <summary>Assigned or passed to something whose name speaks of validating a certificate.</summary>
    private static bool NamesTrust(AnonymousFunctionExpressionSyntax lambda)
    {
        var target = lambda.Parent switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left.ToString(),
            ArgumentSyntax { NameColon: { } name } => name.Name.Identifier.Text,
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => variable.Identifier.Text,
            _ => "",
        };
        return target.Contains("CertificateValidation", StringComparison.OrdinalIgnoreCase)
            || target.Contains("ValidationCallback", StringComparison.OrdinalIgnoreCase);
    }

    private static bool AlwaysTrue(SyntaxNode? body) => body switch
    {
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.TrueLiteralExpression),
        ParenthesizedExpressionSyntax inner => AlwaysTrue(inner.Expression),
        // Words that look like a question and have one answer: no error is below none, and every certificate has a handle and an end.
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } either =>
            AlwaysTrue(either.Left) || AlwaysTrue(either.Right),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.GreaterThanOrEqualExpression } least => LastPart(least.Right) == "None",
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } handle => LastPart(handle.Left) == "Handle" && LastPart(handle.Right) == "Zero",
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.GreaterThanExpression } end => LastPart(end.Left) == "NotAfter" && LastPart(end.Right) is ("UnixEpoch" or "MinValue"),
        ArrowExpressionClauseSyntax arrow => AlwaysTrue(arrow.Expression),
        BlockSyntax block => block.DescendantNodes().OfType<ReturnStatementSyntax>().ToList() is { Count: > 0 } returns
            && returns.All(back => AlwaysTrue(back.Expression)),
        _ => false,
    };

    private static string LastPart(ExpressionSyntax expression) => (expression as MemberAccessExpressionSyntax)?.Name.Identifier.Text ?? "";

    private static bool Mentions(SyntaxNode? type, string name) =>
        type?.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Any(part => part.Identifier.Text == name) == true;
}
