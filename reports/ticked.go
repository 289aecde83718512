package reports

import "strings"

// The words for yes and no, and for what is true and what isn't, in languages that spreadsheet programs write them in: a cell
// with a tick comes home as WAHR from Excel in German.
const (
	wordsOfYes = "yes y x true 1 oui o vrai ja j wahr si sí sì verdadero vero sim verdadeiro waar sand sant sann kyllä tosi tak prawda ano pravda áno igen igaz da adevărat " +
		"cert так истина да істина evet doğru jah tõene jā patiess taip ναι αληθής 是 真 はい 예 참 ใช่ จริง نعم صحيح כן"
	wordsOfNo = "no n false 0 non faux nein falsch falso não nao nee onwaar nej falsk falskt nei usann ei epätosi nie fałsz ne nepravda nem hamis nu fals " +
		"fals ні ложь нет хибність hayır HAYIR yanlış YANLIŞ väär nē όχι ψευδής 否 假 いいえ 아니요 아니오 거짓 ไม่ เท็จ لا خطأ לא"
)

// ticks are the words by what they mean.
var ticks = func() map[string]bool {
	all := map[string]bool{"": false}
	for word := range strings.FieldsSeq(wordsOfYes) {
		all[folded(word)] = true
	}
	for word := range strings.FieldsSeq(wordsOfNo) {
		all[folded(word)] = false
	}
	return all
}()

// ticked reads whether a cell is ticked; ok is false where it says neither. What only stands for a tick is one.
func ticked(cell string) (yes, ok bool) {
	switch strings.TrimSpace(cell) {
	case "✓", "✔", "☑", "☒", "√":
		return true, true
	case "☐", "-", "–":
		return false, true
	}
	yes, ok = ticks[folded(cell)]
	return yes, ok && (folded(cell) != "" || strings.TrimSpace(cell) == "")
}
