using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Sallyport.House.Tests.Rules;

/// <summary>Every test project has a test that runs where nothing is installed: a project whose tests all skip fails the run.</summary>
internal static class RunsAnywhere
{
    public static bool Holds(IEnumerable<SourceFile> project) =>
        project.SelectMany(file => file.Unit.DescendantNodes().OfType<MethodDeclarationSyntax>()).Any(method => IsTest(method) && !MaySkip(method));

    private static bool IsTest(MethodDeclarationSyntax method) =>
        method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "Fact" or "Theory");

    private static bool MaySkip(MethodDeclarationSyntax method) =>
        (method.Parent ?? method).DescendantNodes().OfType<SimpleNameSyntax>()
            .Any(name => name.Identifier.Text.Contains("Skip", StringComparison.Ordinal) || name.Identifier.Text is "Installed" or "Binaries");
}
