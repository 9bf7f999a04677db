using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Generators;

namespace Sallyport.Scan.Tests.Engine;

public sealed class CheckCatalogTests
{
    [Fact]
    public void Lists_every_sealed_class_that_derives_from_check_however_far_and_nothing_else()
    {
        string[] lines = Generated("""
            namespace Sallyport.Scan.Checks
            {
                internal abstract class Check;
            }

            namespace Sallyport.Scan.Checks.MutualTls
            {
                internal sealed class Second : Check;
                internal abstract class Family : Check;
                internal sealed partial class First : Family;
                internal sealed partial class First { }
                internal class Open : Check;
                internal sealed class Generic<T> : Check;
                internal sealed class Stranger;
            }

            namespace Elsewhere
            {
                internal abstract class Check;
                internal sealed class Namesake : Check;
            }
            """);

        lines.Where(static line => line.StartsWith("new ", StringComparison.Ordinal)).ShouldBe(
            ["new global::Sallyport.Scan.Checks.MutualTls.First(),", "new global::Sallyport.Scan.Checks.MutualTls.Second(),"]);
    }

    [Fact]
    public void A_compilation_without_checks_has_an_empty_catalogue() =>
        Generated("internal class Nothing;").Count(static line => line.StartsWith("new ", StringComparison.Ordinal)).ShouldBe(0);

    [Fact]
    public void What_it_writes_compiles()
    {
        Compilation compilation = Run("""
            namespace Sallyport.Scan.Checks
            {
                internal abstract class Check;
                internal sealed class Only : Check;
            }

            namespace Sallyport.Scan.Engine
            {
                public static partial class CheckCatalog
                {
                    private static partial global::Sallyport.Scan.Checks.Check[] Create();
                }
            }
            """);

        compilation.GetDiagnostics(TestContext.Current.CancellationToken).Where(static one => one.Severity == DiagnosticSeverity.Error).ShouldBeEmpty();
    }

    [Fact]
    public void Every_check_of_the_product_is_in_the_catalogue_once_in_id_order()
    {
        Type[] classes = [.. typeof(Check).Assembly.GetTypes().Where(static type => type.IsSealed && type.IsSubclassOf(typeof(Check)))];

        CheckCatalog.BuiltIn.Select(static check => check.GetType()).ShouldBe(classes, ignoreOrder: true);
        CheckCatalog.Rules.Select(static rule => rule.Id).ShouldBeInOrder();
        CheckCatalog.Rules.Select(static rule => rule.Id).ShouldBeUnique();
    }

    [Fact]
    public void Two_checks_with_one_id_are_refused()
    {
        Check[] twins = [FakeCheck.Of(FakeCheck.Rule("MTLS-002"), CheckResult.Passed()), FakeCheck.Of(FakeCheck.Rule("mtls-002"), CheckResult.Passed())];

        Should.Throw<InvalidOperationException>(() => CheckCatalog.Sorted(twins)).Message.ShouldContain("MTLS-002", Case.Insensitive);
    }

    private static string[] Generated(string source) =>
        [.. Run(source).SyntaxTrees.Last().ToString().Split('\n').Select(static line => line.Trim())];

    private static Compilation Run(string source)
    {
        var compilation = CSharpCompilation.Create(
            "Checks",
            [CSharpSyntaxTree.ParseText(source, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest))],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new CheckCatalogGenerator().AsSourceGenerator()], parseOptions: (CSharpParseOptions)compilation.SyntaxTrees[0].Options);
        driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation updated, out ImmutableArray<Diagnostic> diagnostics, TestContext.Current.CancellationToken);
        diagnostics.ShouldBeEmpty();
        return updated;
    }
}
