using System;
using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class ArrowsTests(Repository repository)
{
    [Fact]
    public void Every_project_references_only_what_the_design_allows()
    {
        var projects = repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).ToList();
        projects.Count.ShouldBeGreaterThan(10);
        projects.SelectMany(file => Arrows.Violations(file, repository.Read(file))).ShouldFindNothing();
    }

    [Theory]
    [InlineData("src/Sallyport.Certificates/Sallyport.Certificates.csproj", "../Sallyport.Tls/Sallyport.Tls.csproj")]
    [InlineData("src/Sallyport.Scan/Sallyport.Scan.csproj", "../Sallyport.AspNetCore/Sallyport.AspNetCore.csproj")]
    [InlineData("src/Sallyport.AspNetCore/Sallyport.AspNetCore.csproj", "../Sallyport.Scan/Sallyport.Scan.csproj")]
    [InlineData("src/Sallyport.AspNetCore/Sallyport.AspNetCore.csproj", "../Sallyport.Forge/Sallyport.Forge.csproj")]
    [InlineData("src/Sallyport.Scan/Sallyport.Scan.csproj", @"..\..\samples\OrdersApi.App\OrdersApi.App.csproj")]
    [InlineData("tests/Sallyport.Lab/Sallyport.Lab.csproj", "../../src/Sallyport.Scan/Sallyport.Scan.csproj")]
    [InlineData("src/Sallyport.Surprise/Sallyport.Surprise.csproj", "../Sallyport.Tls/Sallyport.Tls.csproj")]
    public void An_arrow_that_is_not_in_the_design_is_found(string project, string reference) =>
        Arrows.Violations(project, Project($"<ProjectReference Include=\"{reference}\" />")).ShouldNotBeEmpty();

    [Fact]
    public void Only_the_proof_sees_both_halves()
    {
        var both = Project(
            """
            <ProjectReference Include="../../src/Sallyport.Scan/Sallyport.Scan.csproj" />
            <ProjectReference Include="../../src/Sallyport.AspNetCore/Sallyport.AspNetCore.csproj" />
            """);
        Arrows.Violations("tests/Sallyport.Scan.Tests/Sallyport.Scan.Tests.csproj", both).ShouldNotBeEmpty();
        Arrows.Violations("tests/Sallyport.Proof.Tests/Sallyport.Proof.Tests.csproj", both).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("<PackageReference Include=\"Any.Package\" />")]
    [InlineData("<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />")]
    public void A_base_library_project_takes_no_package_and_no_framework(string reference) =>
        Arrows.Violations("src/Sallyport.Tls/Sallyport.Tls.csproj", Project(reference)).ShouldNotBeEmpty();

    [Fact]
    public void The_generator_is_an_analyzer()
    {
        const string Path = "src/Sallyport.Scan/Sallyport.Scan.csproj";
        const string Generator = "../Sallyport.Scan.Generators/Sallyport.Scan.Generators.csproj";
        Arrows.Violations(Path, Project($"<ProjectReference Include=\"{Generator}\" />")).ShouldNotBeEmpty();
        Arrows.Violations(
            Path,
            Project($"<ProjectReference Include=\"{Generator}\" OutputItemType=\"Analyzer\" ReferenceOutputAssembly=\"false\" />"))
            .ShouldBeEmpty();
    }

    private static string Project(string items) => $"<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{items}</ItemGroup></Project>";
}
