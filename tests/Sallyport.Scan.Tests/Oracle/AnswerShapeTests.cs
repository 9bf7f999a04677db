using System;
using System.Linq;
using System.Text;
using Sallyport.Scan.Oracle;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Oracle;

public sealed class AnswerShapeTests
{
    [Theory]
    [InlineData("""{"a":1,"t":"10:00"}""", """{"a":1,"t":"10:01"}""", """{ "t":"11:59", "a":1 }""", true)]
    [InlineData("""{"a":1,"t":"10:00"}""", """{"a":1,"t":"10:01"}""", """{"a":2,"t":"10:00"}""", false)]
    [InlineData("""{"a":1,"t":"10:00"}""", """{"a":1,"t":"10:01"}""", """{"a":1,"t":1000}""", false)]
    [InlineData("""{"a":1}""", """{"a":1}""", """{"a":1,"error":"denied"}""", false)]
    [InlineData("""[1,2]""", """[1,2]""", """[1,2,3]""", false)]
    [InlineData("alpha\nnow 1\n", "alpha\nnow 2\n", "alpha\r\nnow 3\r\n", true)]
    [InlineData("alpha", "alpha", "beta", false)]
    [InlineData("{\"a\":1}", "{\"a\":1}", "{\"a\":1", false)]
    [InlineData("{\"a.b\":1}", "{\"a.b\":1}", "{\"a\":{\"b\":1}}", false)]
    public void Compares_what_does_not_change_from_call_to_call(string first, string second, string other, bool same) =>
        AnswerShape.Learn(Answer(first), Answer(second)).ShouldNotBeNull().Matches(Answer(other)).ShouldBe(same);

    [Theory]
    [InlineData("one", "two")]
    [InlineData("""{"id":1}""", """{"other":1}""")]
    [InlineData("[1]", "[1,2]")]
    public void Learns_nothing_from_answers_without_anything_in_common(string first, string second) =>
        AnswerShape.Learn(Answer(first), Answer(second)).ShouldBeNull();

    [Fact]
    public void A_body_that_was_cut_is_never_equal()
    {
        AnswerShape.Learn(Answer("x") with { BodyTruncated = true }, Answer("x")).ShouldBeNull();
        AnswerShape.Learn(Answer("x"), Answer("x")).ShouldNotBeNull().Matches(Answer("x") with { BodyTruncated = true }).ShouldBeFalse();
    }

    [Fact]
    public void Deep_or_broken_documents_are_text_and_not_an_error()
    {
        string deep = new('[', 5_000);
        AnswerShape.Learn(Answer(deep), Answer(deep)).ShouldNotBeNull().Matches(Answer(deep)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\ud800":1}""")]
    public void Documents_whose_texts_are_no_text_are_compared_as_lines(string body) =>
        AnswerShape.Learn(Answer(body), Answer(body)).ShouldNotBeNull().Matches(Answer(body)).ShouldBeTrue();

    [Fact]
    public void A_long_name_above_many_values_costs_no_memory_for_each()
    {
        string name = new('n', 200_000);
        string body = $$"""{"{{name}}":[{{string.Join(',', Enumerable.Repeat("0", 20_000))}}]}""";
        long before = GC.GetAllocatedBytesForCurrentThread();

        AnswerShape.Learn(Answer(body), Answer(body)).ShouldNotBeNull().Matches(Answer(body.Replace(name, name + "n", StringComparison.Ordinal))).ShouldBeFalse();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(200L * 1024 * 1024);
    }

    private static HttpAnswer Answer(string body) => new() { Status = 200, Version = "HTTP/1.1", Body = Encoding.UTF8.GetBytes(body) };
}
