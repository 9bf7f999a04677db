using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class TypePerFileTests(Repository repository)
{
    [Fact]
    public void Every_public_type_has_a_file_of_its_name() =>
        repository.Sources.SelectMany(TypePerFile.Violations).ShouldFindNothing();

    [Theory]
    [InlineData("namespace N; public sealed class Sample; public enum Other { A }")]
    [InlineData("namespace N; public delegate void Other();")]
    [InlineData("namespace N { public record Other; }")]
    public void A_stranger_in_the_file_is_found(string text) => TypePerFile.Violations(Samples.Source(text)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("namespace N; public sealed class Sample { public sealed record Nested; } internal sealed class Companion;")]
    [InlineData("namespace N; internal sealed class Other;")]
    public void Nested_and_internal_companions_are_welcome(string text) => TypePerFile.Violations(Samples.Source(text)).ShouldBeEmpty();

    [Fact]
    public void A_part_carries_the_name_of_the_whole() =>
        TypePerFile.Violations(Samples.At("src/Sample/Whole.Part.cs", "public static partial class Whole;")).ShouldBeEmpty();
}
