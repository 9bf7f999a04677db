using System;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class ProjectsTests(Repository repository)
{
    private const int LongestFile = 400;

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = XDocument.Parse(repository.Read("sallyport.slnx")).Descendants("Project")
            .Select(project => project.Attribute("Path")?.Value ?? "");
        repository.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Except(solution).ShouldFindNothing();
    }

    [Fact]
    public void Every_test_project_has_a_test_that_needs_nothing_installed()
    {
        var projects = repository.Files.Where(file => file.EndsWith(".Tests.csproj", StringComparison.Ordinal)).ToList();
        projects.ShouldNotBeEmpty();
        projects.Where(project => !RunsAnywhere.Holds(repository.Below(Folder(project)))).ShouldFindNothing();
    }

    [Theory]
    [InlineData("class T { [Fact] public void Works() => Installed.Need(\"nginx\"); }")]
    [InlineData("class T { [Fact] public void Works() => M(); void M() => Assert.Skip(\"no nginx\"); }")]
    [InlineData("class T { public void Works() { } }")]
    public void A_test_project_whose_tests_may_all_skip_is_found(string text) => RunsAnywhere.Holds([Samples.Source(text)]).ShouldBeFalse();

    [Fact]
    public void One_test_that_needs_nothing_is_enough() =>
        RunsAnywhere.Holds([Samples.Source("class T { [Fact] public void Works() { } }")]).ShouldBeTrue();

    [Fact]
    public void No_file_is_longer_than_one_can_keep_in_mind() => repository.Sources
        .Where(file => Lines(file) > LongestFile)
        .Select(file => $"{file.Path}: {Lines(file)} lines, {LongestFile} at most")
        .ShouldFindNothing();

    [Fact]
    public void Lines_are_counted_as_an_editor_counts_them() => Lines(Samples.Source("a\nb\n")).ShouldBe(2);

    private static int Lines(SourceFile file) => file.Text.Count(letter => letter == '\n');

    private static string Folder(string project) => (Path.GetDirectoryName(project) ?? "").Replace('\\', '/') + "/";
}
