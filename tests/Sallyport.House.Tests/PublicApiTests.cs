using System;
using System.IO;
using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class PublicApiTests(Repository repository)
{
    private const string Accept = "ACCEPT_API";

    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        var projects = repository.Files
            .Where(file => file.StartsWith("src/", StringComparison.Ordinal) && file.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Where(name => name != "Sallyport.Scan.Generators")
            .ToList();
        projects.ShouldContain("Sallyport.Scan");
        projects.Select(Compare).Where(difference => difference.Length > 0).ShouldFindNothing();
    }

    [Fact]
    public void A_member_that_appears_or_goes_changes_the_text()
    {
        Describe("public sealed class A { public int B => 1; }").ShouldNotBe(Describe("public sealed class A { public int B() => 1; }"));
        Describe("public sealed class A;").ShouldNotBe(Describe("public abstract class A;"));
        Describe("public sealed record A(int B);").ShouldContain("record A: int B { get; init; }");
        Describe("public sealed class A { public string? B { get; } }").ShouldContain("class A: string? B { get; }");
    }

    [Fact]
    public void What_is_internal_or_written_by_the_compiler_is_not_in_the_text()
    {
        Describe("internal sealed class A { public int B => 1; }").ShouldBeEmpty();
        Describe("public sealed record A { internal int C => 1; }").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
        Describe("public abstract record A { private A() { } public sealed record B : A; }").ShouldNotContain("protected");
    }

    private static string Describe(string text) => PublicApi.Describe("Sample", [Samples.Source(text)]);

    private string Compare(string project)
    {
        var now = PublicApi.Describe(project, repository.Below($"src/{project}/"));
        var file = Path.Combine(repository.Root, "api", project + ".txt");
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            Directory.CreateDirectory(Path.Combine(repository.Root, "api"));
            File.WriteAllText(file, now);
            if (now.Length == 0)
            {
                // A program shows nothing.
                File.Delete(file);
            }
        }

        var approved = File.Exists(file) ? File.ReadAllText(file) : "";
        if (approved == now)
        {
            return "";
        }

        var before = approved.Split('\n');
        var after = now.Split('\n');
        var changes = before.Except(after).Select(line => "- " + line).Concat(after.Except(before).Select(line => "+ " + line)).Take(60);
        return $"api/{project}.txt is not what the code shows; read the change, then {Accept}=1 writes it:\n{string.Join('\n', changes)}";
    }
}
