using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>Validation callbacks that never say no live in one reviewed file.</summary>
internal static class TrustCallbacks
{
    private const string Reviewed = "src/Sallyport.Scan/Transport/ObservedServerTrust.cs";

    public static IEnumerable<string> Violations(SourceFile file) => file.Path == Reviewed ? [] :
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
        ArrowExpressionClauseSyntax arrow => AlwaysTrue(arrow.Expression),
        BlockSyntax block => block.DescendantNodes().OfType<ReturnStatementSyntax>().ToList() is { Count: > 0 } returns
            && returns.All(back => AlwaysTrue(back.Expression)),
        _ => false,
    };

    private static bool Mentions(SyntaxNode? type, string name) =>
        type?.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Any(part => part.Identifier.Text == name) == true;
}
