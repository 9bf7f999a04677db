using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>A check that judges one probe after the other keeps each at once: what is proved must outlive the deadline that cuts the rest.</summary>
internal static class KeptProbes
{
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> checks) =>
        from file in checks
        where file.Unit.DescendantTokens().All(token => !token.IsKind(SyntaxKind.IdentifierToken) || token.Text != "Keep")
        from call in file.Unit.DescendantNodes().OfType<InvocationExpressionSyntax>()
        where GathersInALoop(call) || GathersSideBySide(call)
        select file.At(call, "probes are gathered over several awaits without context.Keep");

    private static bool GathersInALoop(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Add" or "AddRange", Expression: IdentifierNameSyntax { Identifier.Text: "probes" or "results" } }
        && call.ArgumentList.DescendantNodes().OfType<AwaitExpressionSyntax>().Any()
        && call.Ancestors().Any(node => node is CommonForEachStatementSyntax or ForStatementSyntax or WhileStatementSyntax);

    private static bool GathersSideBySide(InvocationExpressionSyntax call) =>
        call.Expression.ToString() == "Task.WhenAll"
        && call.SyntaxTree.GetRoot().DescendantNodes().OfType<GenericNameSyntax>().Any(name => name.ToString().Contains("ProbeResult", System.StringComparison.Ordinal));
}
