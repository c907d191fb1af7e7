require_relative "../lib/kiln"

RSpec.describe Kiln do
  it "fires what is left over in a batch of its own" do
    expect(Kiln.new(10).batches(11)).to eq(2)
  end
end
