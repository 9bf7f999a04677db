using System;
using System.Linq;

namespace Sallyport.House.Tests;

/// <summary>What the README shows is what the repository holds.</summary>
public sealed class ReadmeTests(Repository repository)
{
    private const string Fence = "```";

    [Fact]
    public void The_guard_in_ten_lines_is_the_program_that_the_tests_run()
    {
        string readme = repository.Read("README.md");
        string section = readme[readme.IndexOf("\n## The guard", StringComparison.Ordinal)..];
        string shown = section[(section.IndexOf(Fence + "csharp\n", StringComparison.Ordinal) + Fence.Length + "csharp\n".Length)..];
        shown = shown[..shown.IndexOf(Fence, StringComparison.Ordinal)];
        shown.ShouldBe(repository.Read("samples/Quickstart/Program.cs"));

        // What an application has anyway does not count.
        string[] lines = [.. shown.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipWhile(static line => !line.StartsWith("builder.AddSallyport", StringComparison.Ordinal))];
        lines.Count(static line => line is not ("var app = builder.Build();" or "await app.RunAsync();")).ShouldBe(10);
    }
}
