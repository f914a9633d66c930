import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import SchemaForm from '@/parts/form/SchemaForm.vue'

const schema = {
  type: 'object',
  required: ['carrier', 'amount_fen'],
  properties: {
    carrier: { type: 'string', title: '快递公司' },
    amount_fen: { type: 'integer', title: '退款金额', minimum: 1 },
    note: { type: 'string', maxLength: 400, title: '说明' },
  },
}

describe('SchemaForm', () => {
  it('emits clean values, money in fen', async () => {
    const form = mount(SchemaForm, { props: { schema } })
    await form.find('[data-field=carrier] input').setValue(' 顺丰 ')
    await form.find('[data-field=amount_fen] input').setValue('12.5')
    await form.find('form').trigger('submit')
    expect(form.emitted('submit')).toEqual([[{ carrier: '顺丰', amount_fen: 1250 }]])
  })
  it('does not send what is missing, and says so', async () => {
    const form = mount(SchemaForm, { props: { schema } })
    await form.find('form').trigger('submit')
    expect(form.emitted('submit')).toBeUndefined()
    expect(form.find('[data-field=carrier] .error').text()).toBe('必填')
  })
  it('shows the server’s errors at their fields until they are changed', async () => {
    const form = mount(SchemaForm, { props: { schema, errors: { carrier: '不认识的快递公司', other: '请刷新' } } })
    expect(form.find('[data-field=carrier] .error').text()).toBe('不认识的快递公司')
    expect(form.find('.rest').text()).toContain('请刷新')
    await form.find('[data-field=carrier] input').setValue('中通')
    expect(form.find('[data-field=carrier] .error').exists()).toBe(false)
  })
  it('marks an amount that cannot be read and sends nothing', async () => {
    const form = mount(SchemaForm, { props: { schema } })
    await form.find('[data-field=carrier] input').setValue('顺丰')
    await form.find('[data-field=amount_fen] input').setValue('十二')
    await form.find('form').trigger('submit')
    expect(form.emitted('submit')).toBeUndefined()
    expect(form.find('[data-field=amount_fen]').text()).toContain('请填金额')
  })
})
